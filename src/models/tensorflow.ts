/**
 * TensorFlow.js, whole: a network of a user's own may call any of it. Loaded as the CommonJS that it is: `import` has Node read
 * through all of its six bundles for the names of what they export first, which takes longer than running them.
 */
export import tf = require('@tensorflow/tfjs');
