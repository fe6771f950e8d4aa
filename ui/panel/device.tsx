import type { PanelDevice } from '../../runtime/server/protocol.ts';
import { act } from './connection.ts';
import { deviceWords, wordsOfFault } from './words.ts';

/** Head of a device: name, port and its plug. */
export function DeviceHead({ device }: { readonly device: PanelDevice }) {
  const words = deviceWords[device.name];
  return (
    <>
      <div class="device-head">
        <h2>
          {words.zh} <small>{words.en}</small>
        </h2>
        <button
          type="button"
          class="plug"
          aria-pressed={device.plugged}
          onClick={() => act({ act: 'plug', device: device.name, plugged: !device.plugged })}
        >
          <svg viewBox="0 0 48 24" aria-hidden="true">
            <path
              d={
                device.plugged
                  ? 'M0 12h14M14 6h10v12H14zM24 12h24'
                  : 'M0 12h10M10 6h8v12h-8zM18 9h5M18 15h5M34 6v12M34 12h14'
              }
            />
          </svg>
          {device.plugged ? '已插上 Plugged in' : '已拔下 Unplugged'}
        </button>
      </div>
      <p class="port">
        {device.model} · {device.path}
      </p>
    </>
  );
}

/** Faults as toggles: each stays until it is switched off. */
export function Faults({ device }: { readonly device: PanelDevice }) {
  return (
    <fieldset class="faults">
      <legend>
        故障 <small>Faults, until switched off</small>
      </legend>
      {device.faults.map(({ name, on }) => {
        const words = wordsOfFault(name);
        return (
          <button
            key={name}
            type="button"
            class="fault"
            aria-pressed={on}
            title={name}
            onClick={() => act({ act: 'fault', device: device.name, fault: name, on: !on })}
          >
            {words.zh && <span>{words.zh}</span>}
            <small>{words.en}</small>
          </button>
        );
      })}
    </fieldset>
  );
}
