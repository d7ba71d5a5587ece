import type { Span } from '../span.js';
import { bernoulli } from './bernoulli.js';
import { categorical } from './categorical.js';
import { gaussian } from './gaussian.js';
import type { Likelihood } from './likelihood.js';

/** Every likelihood, one a line. */
export const likelihoods: Readonly<Record<Span['likelihood'], Likelihood>> = { categorical, bernoulli, gaussian };
