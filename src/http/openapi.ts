import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SESSION_COOKIE } from '../access/domain/session-token.js';
import { API_PREFIX } from './controller.js';
import { toOpenApi31 } from './openapi-31.js';
import { ProblemView } from './problem.view.js';

const DESCRIPTION = `Winch deploys software and changes to Windows computers, without an agent.

**Access**: send \`Authorization: Bearer winch_<id>_<secret>\`. Each operation names the least role it needs
(\`x-winch-role\`): viewer, operator, author or administrator.

**Errors** are RFC 9457 problem details; branch on \`code\`, show \`detail\`, and walk \`errors\` for every fault of a body.

**Lists** take \`limit\` and \`cursor\` and answer \`items\` and \`nextCursor\`.

**Safe repetition**: send \`Idempotency-Key\` with a POST that creates; sent again within 7 days it answers the same and
makes nothing twice.

The conventions in full: docs/api/README.md in the repository.`;

/** Builds the OpenAPI 3.1 document of an application, which need not listen or even be initialised. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Winch')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'winch_<id>_<secret>' }, 'apiKey')
    .addCookieAuth(SESSION_COOKIE, { type: 'apiKey', in: 'cookie' }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemView],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  return toOpenApi31(document);
}

/** Serves the document and its reading page, whose files come from this program: no foreign server is asked. */
export function serveOpenApi(app: NestExpressApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= buildOpenApiDocument(app)), {
    jsonDocumentUrl: `${API_PREFIX}/openapi.json`,
    raw: ['json'],
    customSiteTitle: 'Winch API',
    swaggerOptions: { validatorUrl: null }, // Swagger UI would ask a foreign server whether the document is valid.
  });
}
