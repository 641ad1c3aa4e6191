import type { TextLine } from '../../events/catalogue/doc-scanned.ts';

/**
 * Lines of text in the shape of Textract's DetectDocumentText answer (one PAGE block with its LINE blocks), whichever
 * reader read them. Block ids are their place in the page, so that the same event always gives the same JSON.
 */
export function textractShape(lines: readonly TextLine[]): { DocumentMetadata: { Pages: number }; Blocks: object[] } {
  if (lines.length === 0) return { DocumentMetadata: { Pages: 0 }, Blocks: [] };
  const ids = lines.map((_, index) => `line-${index + 1}`);
  const page = {
    BlockType: 'PAGE',
    Id: 'page-1',
    Geometry: geometry([0, 0, 1, 1]),
    Relationships: [{ Type: 'CHILD', Ids: ids }],
  };
  const blocks = lines.map((line, index) => ({
    BlockType: 'LINE',
    Id: ids[index],
    Confidence: line.confidence,
    Text: line.text,
    Geometry: geometry(line.box),
  }));
  return { DocumentMetadata: { Pages: 1 }, Blocks: [page, ...blocks] };
}

function geometry([left, top, width, height]: TextLine['box']) {
  const [right, bottom] = [left + width, top + height];
  return {
    BoundingBox: { Width: width, Height: height, Left: left, Top: top },
    Polygon: [{ X: left, Y: top }, { X: right, Y: top }, { X: right, Y: bottom }, { X: left, Y: bottom }],
  };
}
