/** A place at which something is held, once it has come there. */
export interface Held {
  readonly isHeld: boolean;
}
