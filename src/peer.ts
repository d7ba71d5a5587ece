import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Loads an optional package. Where it is not installed, rejects with an Error that says how to: `install` is the command, which
 * becomes one for all projects where this package is installed for all.
 */
export async function loadPeer<T>(load: () => Promise<T>, install: string): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const [, missing = 'a package'] = /'([^']+)'/.exec(message) ?? [];
    const command = isInstalledForAll() ? install.replace('npm install', 'npm install -g') : install;
    throw new Error(`Expected the package \`${missing}\` to be installed: run \`${command}\``, { cause });
  }
}

/** Whether this package lies in a `node_modules` that belongs to no project. */
function isInstalledForAll(): boolean {
  const modules = dirname(dirname(import.meta.dirname));
  return basename(modules) === 'node_modules' && !existsSync(join(dirname(modules), 'package.json'));
}
