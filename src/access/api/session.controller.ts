import { Body, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExtraModels } from '@nestjs/swagger';
import type { CookieOptions, Request, Response } from 'express';
import { ApiController, Operation } from '../../http/controller.js';
import { setCaller } from '../../http/current-caller.js';
import { Public, RequireRole } from '../../http/require-role.js';
import { AuthenticationService } from '../authentication.service.js';
import { NotAuthenticatedError } from '../domain/errors.js';
import { SESSION_COOKIE, sessionTokenIn } from '../domain/session-token.js';
import { NewSessionBody, SessionView, viewOfSession } from './session.dto.js';

/** `/session`: how a browser gets in with a key that its scripts then need not keep. */
@ApiController('session', 'Session')
@ApiExtraModels(SessionView)
export class SessionController {
  constructor(@Inject(AuthenticationService) private readonly authentication: AuthenticationService) {}

  @Post()
  @Public()
  @Operation({
    summary: 'Exchange an API key for a session cookie',
    details:
      'The cookie is HttpOnly and SameSite=Strict, lasts 12 hours, and ends with the key. Send the csrfToken of the answer as X-CSRF-Token with every change.',
    answer: {
      status: 201,
      description: 'The session is open',
      type: SessionView,
      headers: { 'Set-Cookie': 'The session' },
    },
    problems: ['malformed-json', 'validation-failed'],
  })
  async open(
    @Body() body: NewSessionBody,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    setCaller(request, await this.authentication.byKey(body.key));
    const session = await this.authentication.openSession(body.key);
    const expires = new Date(session.expiresAt);
    response.cookie(SESSION_COOKIE, session.token.reveal(), { ...cookieOptions(request), expires });
    return viewOfSession(session);
  }

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'Read the own session',
    details: 'Answers the CSRF token again, for a page that was reloaded.',
    answer: { status: 200, description: 'The session', type: SessionView },
  })
  async read(@Req() request: Request): Promise<SessionView> {
    const token = sessionTokenIn(request.headers.cookie);
    if (!token) throw new NotAuthenticatedError();
    return viewOfSession(await this.authentication.bySession(token));
  }

  @Delete()
  @RequireRole('viewer')
  @Operation({
    summary: 'End the own session',
    answer: { status: 204, description: 'Ended' },
    problems: ['csrf-token-wrong'],
  })
  async end(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = sessionTokenIn(request.headers.cookie);
    if (token) await this.authentication.endSession(token);
    response.clearCookie(SESSION_COOKIE, cookieOptions(request));
  }
}

/** `Secure` wherever the browser reached us over TLS: without TLS it would not send such a cookie back. */
function cookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: request.secure };
}
