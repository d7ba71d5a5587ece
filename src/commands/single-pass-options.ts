import { Option } from 'commander';
import { whole } from './options.js';

/** How a stream is learned as it passes. */
export function singlePassOptions(): Option[] {
  return [
    new Option('--single-pass', 'learn the input as it passes, for input without end; output starts after the warm-up'),
    new Option('--warm-up <rows>', 'rows that the first model is fitted to (default: 5000)')
      .argParser(whole(2))
      .implies({ singlePass: true }),
    new Option('--model-every <steps>', 'use a newer model each so many steps (default: 200)')
      .argParser(whole(1))
      .implies({ singlePass: true }),
    new Option(
      '--on-drift <what>',
      'when the input is no longer what it was: say so, or also fit anew (default: report)',
    )
      .choices(['report', 'refit'])
      .implies({ singlePass: true }),
  ].map((option) => option.helpGroup('Single pass:'));
}
