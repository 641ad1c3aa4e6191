import { judgePixels, limits, measuredSide, wrongType, type Finding } from './image-checks.ts';

/** Everything that can be told about an image before it is sent. Nothing leaves the browser for this. */
export async function checkImage(file: Blob): Promise<Finding[]> {
  if (file.size === 0) return ['EMPTY'];
  const wrong = wrongType(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  if (wrong !== null) return [wrong];
  if (file.size > limits.bytes) return ['TOO_LARGE'];
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return ['UNREADABLE'];
  const { width, height } = bitmap;
  try {
    if (Math.min(width, height) < limits.shortSide) return ['TOO_SMALL'];
    if (Math.max(width, height) > limits.longSide) return ['TOO_LONG'];
    const scale = Math.min(1, measuredSide / Math.max(width, height));
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    const canvas = document.createElement('canvas');
    canvas.width = w;
    canvas.height = h;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return [];
    context.drawImage(bitmap, 0, 0, w, h);
    return judgePixels(context.getImageData(0, 0, w, h).data, w, h);
  } finally {
    bitmap.close();
  }
}
