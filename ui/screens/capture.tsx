/** A photograph of a page or a face: the live picture, its own shutter, and a way on where no camera is. */
import { useState } from 'preact/hooks';
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { EventButton } from '../components/button.tsx';
import { Stage } from '../components/stage.tsx';
import { Trouble } from '../components/typing.tsx';
import { reportActivity, uploadPicture } from '../connection.ts';
import { loadCamera, useLoaded } from '../lazy.ts';
import { accepts, send, shown } from '../state.ts';
import { texts } from '../texts.ts';

type Upload = 'none' | 'sending' | 'tooLarge' | 'notAPicture' | 'failed';

export function Capture({ ask, detail, camera, label, page, pages, shots }: ScreenProps<'capture'>) {
  const words = texts();
  const CameraView = useLoaded(loadCamera);
  const [upload, setUpload] = useState<Upload>('none');
  const message = shown.value;

  const take = async (jpeg: Blob) => {
    if (message === null) return;
    setUpload('sending');
    const outcome = await uploadPicture(message.seq, jpeg);
    setUpload(outcome === 'taken' || outcome === 'stale' ? 'none' : outcome);
  };
  const noCamera = () => {
    if (accepts('NO_CAMERA')) send('NO_CAMERA');
  };

  return (
    <Stage
      name="capture"
      ask={ask}
      over={camera === 'document' ? words.shotPage(page, pages) : undefined}
      detail={
        upload === 'sending' ? (
          <p role="status">{words.upload.sending}</p>
        ) : upload === 'none' ? (
          detail
        ) : (
          <Trouble>{words.upload[upload]}</Trouble>
        )
      }
      picture={
        shots.length === 0 ? undefined : (
          <div class="thumbnails">
            {shots.map((shot, i) => (
              <img key={shot.id} src={shot.url} alt={words.photo(i + 1)} />
            ))}
          </div>
        )
      }
      actions={
        accepts('SKIP') ? (
          <EventButton event="SKIP" icon="forward">
            {words.skipPaper}
          </EventButton>
        ) : undefined
      }
    >
      {CameraView === null ? (
        <p class="loading">{words.loading}</p>
      ) : (
        <CameraView
          label={label}
          kind={camera}
          language={message?.chrome.language ?? 'zh-CN'}
          onShot={take}
          onNoCamera={noCamera}
          onMotion={() => reportActivity('camera')}
        />
      )}
    </Stage>
  );
}
