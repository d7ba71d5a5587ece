import type { Engine } from '../engine/engine.js';
import { startEngine } from '../engine/start-engine.js';

/**
 * Runs a command that trains, with an engine that is started before the command is loaded: its threads load what they need at the
 * same time. They end with the command, whether it came to train or not.
 */
export async function withEngine(run: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = startEngine();
  try {
    await run(engine);
  } finally {
    await engine.close();
  }
}
