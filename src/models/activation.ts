/** A non-linearity between layers. */
export type Activation = 'relu' | 'tanh' | 'sigmoid' | 'elu' | 'softplus' | 'identity';
