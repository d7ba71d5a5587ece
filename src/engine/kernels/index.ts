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

/** The translation of a TensorFlow.js kernel; an EngineError that names the kernel, and those there are, where there is none. */
export function kernelNamed(name: string): Kernel {
  const found = kernels[name];
  if (found === undefined) {
    const names = Object.keys(kernels).sort().join(', ');
    throw new EngineError(`Expected a kernel that the compiled engine translates (${names}), got \`${name}\``);
  }
  return found;
}
