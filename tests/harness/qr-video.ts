import QRCode from 'qrcode';

const [width, height] = [640, 480];

/** A short YUV4MPEG2 film of a QR code on grey paper, as Chromium's fake camera plays it in a loop. */
export function qrVideo(text: string): Buffer {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const cell = Math.floor(260 / modules.size);
  const [left, top] = [(width - cell * modules.size) / 2, (height - cell * modules.size) / 2].map(Math.floor);
  const luma = Buffer.alloc(width * height, 205);
  for (let row = 0; row < modules.size * cell; row++) {
    for (let column = 0; column < modules.size * cell; column++) {
      if (modules.get(Math.floor(row / cell), Math.floor(column / cell)) === 0) continue;
      luma[((top ?? 0) + row) * width + (left ?? 0) + column] = 30;
    }
  }
  const chroma = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`),
    ...Array(10).fill(frame),
  ]);
}
