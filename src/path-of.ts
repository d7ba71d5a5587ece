import { fileURLToPath } from 'node:url';

/** A place as it was given, or its path where it is a `file:` URL; a TypeError for other URLs. */
export function pathOf<T>(place: T | URL): Exclude<T, URL> | string {
  if (!(place instanceof URL)) return place as Exclude<T, URL>;
  try {
    return fileURLToPath(place);
  } catch (cause) {
    throw new TypeError(`Expected the URL of a file on this machine, got ${place.href}`, { cause });
  }
}
