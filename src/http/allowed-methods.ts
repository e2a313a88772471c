import type { Request } from 'express';

/** What the router keeps of a route; @types/express leaves most of it out (router 2.x, lib/layer.js). */
interface RouteLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/**
 * The methods that the request's path does have, for a 405. Express and Nest answer 404 for a known path with
 * a wrong method, so the router's own table is asked.
 */
export function allowedMethods(request: Request): string[] {
  const layers: readonly unknown[] = request.app.router.stack;
  const routes = layers
    .filter(isRouteLayer)
    .filter((layer) => isHandler(layer) && matches(layer, request.path));
  return [...new Set(routes.flatMap(methodsOf))].toSorted();
}

function isRouteLayer(layer: unknown): layer is RouteLayer {
  return typeof layer === 'object' && layer !== null && 'match' in layer && typeof layer.match === 'function';
}

/** Nest registers middleware for all methods at once, ours takes TRACE nowhere. */
function isHandler(layer: RouteLayer): boolean {
  return layer.route !== undefined && layer.route.methods['trace'] !== true;
}

function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // A path with a broken percent sequence fits no route.
  }
}

function methodsOf(layer: RouteLayer): string[] {
  return Object.keys(layer.route?.methods ?? {})
    .filter((method) => !method.startsWith('_'))
    .map((method) => method.toUpperCase());
}
