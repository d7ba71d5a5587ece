import type { AutoencoderConfig } from './autoencoder-reference.js';
import { buildNetwork } from './build-network.js';
import { recordLikelihood } from './likelihoods/record-likelihood.js';
import type { InputSpec, Model, Tensors } from './model.js';
import { networkWidths } from './network-widths.js';
import { activate } from './networks.js';
import { klPenalty, l1Penalty, needsWholeBatch } from './sparsity.js';
import { tf } from './tensorflow.js';

/**
 * An autoencoder x -> B(A(x)): it minimises E[Delta(x, B(A(x)))], Delta being the squared L2 distance of real values (as
 * columns scale them) and the cross-entropy of binary and categorical ones. With identity activations and real values
 * alone it spans the principal subspace (Baldi and Hornik 1989).
 *
 * Sparsity adds lambda * sum_i |a_i| a record, or lambda * sum_j KL(rho || rhoHat_j) with rhoHat_j = (1 / m) sum_i a_j(x_i)
 * over the batch of m records; the metric `sparsity` holds rhoHat [units] (for `l1` the mean of |a|). Inputs: values [rows,
 * numbers of the spans], weights [rows]. Graphs: `encoder` (values -> code), `decoder` (latent -> values), `reconstructor`
 * (values -> reconstructed) and `scorer` (values -> reconstruction [rows]).
 */
export async function autoencoder(config: AutoencoderConfig): Promise<Model> {
  const { spans, latent, codeActivation, sparsity } = config;
  const record = recordLikelihood(spans);
  const network = await buildNetwork(config.network, networkWidths(spans, latent, latent));
  const values: InputSpec = { shape: [record.valueWidth], dtype: 'float32', perRow: true };
  const encode = (parameters: Tensors, x: tf.Tensor2D) => {
    const { hidden, output } = network.encode(parameters, record.toInputs(x));
    return { hidden, code: activate(output, codeActivation) };
  };
  const distance = (parameters: Tensors, code: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D =>
    record.distance(network.decode(parameters, code), x);
  return {
    parameters: network.parameters,
    ...(network.multiplications === undefined ? {} : { multiplications: network.multiplications }),
    wholeBatch: needsWholeBatch(sparsity),
    objective: {
      inputs: { values, weights: { shape: [], dtype: 'float32', perRow: true } },
      run(parameters, inputs) {
        const [x, weights] = [inputs.values as tf.Tensor2D, inputs.weights as tf.Tensor1D];
        const { hidden, code } = encode(parameters, x);
        const reconstruction = tf.sum(tf.mul(distance(parameters, code, x), weights));
        if (sparsity === undefined) return { loss: reconstruction, reconstruction };
        const layer = sparsity.layer === 'code' ? code : hidden[sparsity.layer];
        if (layer === undefined) {
          throw new RangeError(`Expected a hidden layer below ${hidden.length} to be sparse, got ${sparsity.layer}`);
        }
        const column = tf.expandDims(weights, 1);
        const summed = tf.sum(tf.mul(sparsity.kind === 'l1' ? tf.abs(layer) : layer, column), 0) as tf.Tensor1D;
        const share = tf.sum(weights);
        const penalty =
          sparsity.kind === 'l1'
            ? tf.sum(tf.mul(l1Penalty(layer, sparsity.weight), weights))
            : tf.mul(klPenalty(tf.div(summed, share), sparsity.target, sparsity.weight), share);
        return { loss: tf.add(reconstruction, penalty), reconstruction, penalty, sparsity: summed };
      },
    },
    graphs: {
      encoder: {
        inputs: { values },
        run: (parameters, { values: x }) => ({ code: encode(parameters, x as tf.Tensor2D).code }),
      },
      decoder: {
        inputs: { latent: { shape: [latent], dtype: 'float32', perRow: true } },
        run: (parameters, { latent: code }) => ({
          values: record.best(network.decode(parameters, code as tf.Tensor2D)),
        }),
      },
      reconstructor: {
        inputs: { values },
        run: (parameters, { values: x }) => ({
          reconstructed: record.best(network.decode(parameters, encode(parameters, x as tf.Tensor2D).code)),
        }),
      },
      scorer: {
        inputs: { values },
        run(parameters, { values: x }) {
          const { code } = encode(parameters, x as tf.Tensor2D);
          return { reconstruction: distance(parameters, code, x as tf.Tensor2D) };
        },
      },
    },
  };
}
