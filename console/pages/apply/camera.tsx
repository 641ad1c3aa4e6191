import { useEffect, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { Loading, Note } from '../../parts/states.tsx';

const words: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser may not use the camera. Allow it in the address bar, or choose a file instead.',
  NotFoundError: 'No camera was found. Choose a file instead.',
  NotReadableError: 'The camera is in use by another program. Close that program, or choose a file instead.',
};

/** The live picture of a camera and the button that takes a photo of it. The camera goes off with the component. */
export function Camera({ facing, onPhoto, onCancel }: { readonly facing: 'user' | 'environment'; readonly onPhoto: (photo: File) => void; readonly onCancel: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<'starting' | 'on' | string>('starting');

  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const start = async (): Promise<void> => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1440 } } });
        if (gone || video.current === null) {
          stop(stream);
          return;
        }
        video.current.srcObject = stream;
        await video.current.play();
        setState('on');
      } catch (thrown) {
        const name = thrown instanceof DOMException ? thrown.name : '';
        if (!gone) setState(words[name] ?? 'The camera cannot be used here. Choose a file instead.');
      }
    };
    void start();
    return () => {
      gone = true;
      if (stream !== null) stop(stream);
    };
  }, [facing]);

  const failed = state !== 'starting' && state !== 'on';
  const buttons = useRef<HTMLDivElement>(null);
  useEffect(() => buttons.current?.querySelector('button')?.focus(), [state]);

  const take = (): void => {
    const from = video.current;
    if (from === null) return;
    const canvas = document.createElement('canvas');
    canvas.width = from.videoWidth;
    canvas.height = from.videoHeight;
    canvas.getContext('2d')?.drawImage(from, 0, 0);
    canvas.toBlob((blob) => {
      if (blob !== null) onPhoto(new File([blob], 'camera.jpg', { type: 'image/jpeg' }));
    }, 'image/jpeg', 0.92);
  };

  return (
    <div className="camera">
      {failed ? <div role="alert"><Note tone="warn" icon="warning">{state}</Note></div> : (
        <div className="camera-frame">
          {state === 'starting' ? <Loading what="Starting the camera" /> : null}
          {/* What the camera sees has no sound to caption. */}
          <video ref={video} playsInline muted className={facing === 'user' ? 'mirrored' : undefined} aria-label="What the camera sees" hidden={state !== 'on'} />
          {state === 'on' ? <span className={`camera-guide ${facing}`} aria-hidden="true" /> : null}
        </div>
      )}
      <div className="cluster" ref={buttons}>
        {state === 'on' ? <Button variant="primary" icon="camera" onClick={take}>Take the photo</Button> : null}
        <Button onClick={onCancel}>{failed ? 'Back' : 'Cancel'}</Button>
      </div>
    </div>
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
