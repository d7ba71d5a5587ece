import { likelihoods } from './likelihoods/table.js';
import type { ImagePlace, NetworkWidths } from './network-config.js';
import type { Span } from './span.js';

/** What a network for records of the spans has to fit to; `encodedWidth` is what its encoder gives. */
export function networkWidths(spans: readonly Span[], latent: number, encodedWidth: number): NetworkWidths {
  const images: ImagePlace[] = [];
  let [inputWidth, outputWidth] = [0, 0];
  for (const span of spans) {
    const [height, width, channels] = span.shape ?? [];
    if (height !== undefined && width !== undefined && channels !== undefined) {
      images.push({ inputOffset: inputWidth, outputOffset: outputWidth, shape: [height, width, channels] });
    }
    const likelihood = likelihoods[span.likelihood];
    inputWidth += likelihood.inputWidth(span);
    outputWidth += likelihood.outputWidth(span);
  }
  return { inputWidth, encodedWidth, latent, outputWidth, images };
}
