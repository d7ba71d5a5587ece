import { EngineError } from '../../errors.js';
import { convolutionKernels } from './convolution.js';
import { elementwiseKernels } from './elementwise.js';
import { fusedKernels } from './fused.js';
import { indexingKernels } from './indexing.js';
import type { Kernel } from './kernel.js';
import { linearKernels } from './linear.js';

const kernels: Readonly<Record<string, Kernel>> = {
  ...elementwiseKernels,
  ...linearKernels,
  ...indexingKernels,
  ...convolutionKernels,
  ...fusedKernels,
};

/** The translation of a TensorFlow.js kernel; an EngineError that names the kernel where there is none. */
export function kernelNamed(name: string): Kernel {
  const found = kernels[name];
  if (found === undefined) {
    throw new EngineError(
      `Expected a kernel that the compiled engine translates, got \`${name}\`; use the tensorflow engine for this model`,
    );
  }
  return found;
}
