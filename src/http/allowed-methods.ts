import type { Request } from 'express';

interface RouteLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/**
 * The methods that the request's path does have, for a 405. Express and Nest answer 404 for a known path with
 * a wrong method, so the router's own table is asked.
 */
export function allowedMethods(request: Request): string[] {
  const layers: readonly RouteLayer[] = request.app.router.stack;
  const methods = layers.filter((layer) => layer.route && matches(layer, request.path)).flatMap(methodsOf);
  return [...new Set(methods)].toSorted();
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
