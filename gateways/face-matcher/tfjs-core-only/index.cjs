const core = require('@tensorflow/tfjs-core');

// face-api calls some operations as methods of tensors; the whole bundle adds those, the core alone does not.
const operations = [
  'add', 'cast', 'clipByValue', 'concat', 'div', 'exp', 'expandDims', 'max', 'mean', 'min', 'mul', 'pad',
  'relu', 'reshape', 'sigmoid', 'slice', 'softmax', 'sub', 'tile', 'transpose', 'unstack',
];
const { prototype } = core.Tensor;
for (const operation of operations) {
  prototype[operation] ??= function (...rest) {
    return core[operation](this, ...rest);
  };
}
for (const dimensions of ['as1D', 'as2D', 'as3D', 'as4D', 'as5D']) {
  prototype[dimensions] ??= function (...shape) {
    return core.reshape(this, dimensions === 'as1D' ? [this.size] : shape);
  };
}
prototype.toInt ??= function () {
  return core.cast(this, 'int32');
};

module.exports = core;
