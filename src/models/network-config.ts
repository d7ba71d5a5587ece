import type { Activation } from './activation.js';

/** What a network has to fit to. */
export interface NetworkWidths {
  /** Numbers of a record as the encoder takes them. */
  readonly inputWidth: number;
  /** Of what the encoder gives: the code, or mean and log-variance side by side. */
  readonly encodedWidth: number;
  /** Of what the decoder takes. */
  readonly latent: number;
  /** Of what the decoder gives: logits, means, log-variances. */
  readonly outputWidth: number;
  /** Where images lie in the inputs and, alike, in the outputs. */
  readonly images: readonly ImagePlace[];
}

/** An image among the inputs and outputs of a network. */
export interface ImagePlace {
  /** Its first number among the inputs. */
  readonly inputOffset: number;
  /** Its first number among the outputs. */
  readonly outputOffset: number;
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
}

/** Dense layers: hidden widths of the encoder, mirrored in the decoder. */
export interface DenseNetworkConfig {
  readonly kind: 'dense';
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/**
 * Strided convolutions over images, then dense layers; the decoder goes back by transposed convolutions. Whatever is not
 * an image joins at the dense layers.
 */
export interface ConvolutionalNetworkConfig {
  readonly kind: 'convolutional';
  /** Channels after each convolution. */
  readonly filters: readonly number[];
  readonly kernelSize: number;
  readonly stride: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** A module's URL and the name of a function it exports that makes an `OwnNetwork` of `NetworkWidths` and `config`. */
export interface OwnNetworkConfig {
  readonly kind: 'own';
  readonly module: string;
  readonly factory: string;
  readonly config?: unknown;
}

/** Which network to build; can be sent to another thread and saved as JSON. */
export type NetworkConfig = DenseNetworkConfig | ConvolutionalNetworkConfig | OwnNetworkConfig;
