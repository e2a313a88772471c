import { Injectable } from '@nestjs/common';

/** Wakes the dispatcher of scans: something was ordered, or has ended. */
@Injectable()
export class ScanBells {
  #listener: () => void = () => {};

  /** One listener: the dispatcher. */
  listen(listener: () => void): void {
    this.#listener = listener;
  }

  ring(): void {
    this.#listener();
  }
}
