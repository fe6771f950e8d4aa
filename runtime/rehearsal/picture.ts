/** A picture as a document camera would give: noise, so that it has a real picture's size. */
export async function samplePicture(): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const page = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200"><rect x="120" y="80" width="1360" height="1040" fill="#f4f1e8"/><path d="M240 240h1000M240 360h900M240 480h1050M240 600h700" stroke="#333" stroke-width="18"/></svg>',
  );
  return sharp({
    create: {
      width: 1600,
      height: 1200,
      channels: 3,
      background: '#777',
      noise: { type: 'gaussian', mean: 120, sigma: 12 },
    },
  })
    .composite([{ input: page }])
    .jpeg({ quality: 88 })
    .toBuffer();
}
