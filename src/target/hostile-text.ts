import { z } from 'zod';

/** Control characters, line separators, and marks that turn the direction of text: none belongs into a name. */
const UNFIT = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** A text from a target made fit to be shown: without control and direction characters, trimmed, well-formed. */
export function cleaned(text: string): string {
  return text.replaceAll(UNFIT, ' ').replaceAll(/ {2,}/g, ' ').trim().toWellFormed();
}

/** A text from a target: refused when it is longer than our script lets it be, cleaned otherwise. */
export function hostileText(maxLength: number) {
  return z.string().max(maxLength).transform(cleaned);
}
