/** Everything once more before signing; each section leads back to where it was made. */
import { useState } from 'preact/hooks';
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button, EventButton } from '../components/button.tsx';
import { type Block, type PageInfo, Pages, sentences } from '../components/pages.tsx';
import { rowBlocks } from '../components/rows.tsx';
import { Stage } from '../components/stage.tsx';
import { accepts, send } from '../state.ts';
import { texts } from '../texts.ts';

type Section = ScreenProps<'review'>['sections'][number];
const picturesInARow = 3;

function pictureBlocks(section: Section): Block[] {
  const pictures = section.pictures ?? [];
  const rows: Block[] = [];
  for (let at = 0; at < pictures.length; at += picturesInARow) {
    rows.push({
      key: `${section.id}-pictures-${at}`,
      body: (
        <div class="thumbnails">
          {pictures.slice(at, at + picturesInARow).map((picture, i) => (
            <img key={picture.id} src={picture.url} alt={texts().photo(at + i + 1)} />
          ))}
        </div>
      ),
    });
  }
  return rows;
}

function sectionBlocks(section: Section): Block[] {
  return [
    {
      key: section.id,
      withNext: true,
      body: (
        <div class="section-head">
          <h2>{section.title}</h2>
          {section.editable && accepts('EDIT') ? (
            <Button icon="pencil" act={`EDIT-${section.id}`} onPress={() => send('EDIT', { section: section.id })}>
              {texts().edit}
            </Button>
          ) : null}
        </div>
      ),
    },
    ...rowBlocks(section.rows, section.id),
    ...pictureBlocks(section),
  ];
}

export function Review({ ask, sections, declaration }: ScreenProps<'review'>) {
  const words = texts();
  const [info, setInfo] = useState<PageInfo | null>(null);
  const blocks: Block[] = [
    ...sections.flatMap(sectionBlocks),
    ...(declaration === undefined
      ? []
      : [
          { key: 'declaration', withNext: true, body: <h2>{words.declaration}</h2> },
          ...sentences(declaration, 'declared'),
        ]),
  ];
  const more = info !== null && !info.last;
  return (
    <Stage
      name="review"
      ask={ask}
      actions={
        more ? (
          <Button look="main" icon="forward" act="seeMore" onPress={info.next}>
            {words.seeMore}
          </Button>
        ) : (
          <EventButton event="CONFIRMED" look="main" icon="check">
            {words.confirmAll}
          </EventButton>
        )
      }
    >
      <Pages blocks={blocks} class="sheet" onInfo={setInfo} />
    </Stage>
  );
}
