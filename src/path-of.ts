import { fileURLToPath } from 'node:url';

/** A place as it was given, or its path where it is a `file:` URL; a TypeError for other URLs, and for the text of one. */
export function pathOf<T>(place: T | URL): Exclude<T, URL> | string {
  if (typeof place === 'string' && place.startsWith('file://'))
    throw new TypeError(`Expected a path or a URL, got the text ${place}: \`new URL(text)\` makes a URL of it`);
  if (!(place instanceof URL)) return place as Exclude<T, URL>;
  try {
    return fileURLToPath(place);
  } catch (cause) {
    throw new TypeError(`Expected the URL of a file on this machine, got ${place.href}`, { cause });
  }
}
