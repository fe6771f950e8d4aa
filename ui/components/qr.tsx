/** A QR code as one path. */
import { loadQr, useLoaded } from '../lazy.ts';

/** Light modules around the code, by ISO/IEC 18004. */
const quiet = 4;

export function Qr({ text, label }: { readonly text: string; readonly label: string }) {
  const create = useLoaded(loadQr);
  if (create === null) return <span class="qr" />;
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * quiet;
  let path = '';
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x)) path += `M${x + quiet} ${y + quiet}h1v1h-1z`;
    }
  }
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
