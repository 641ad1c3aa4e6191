/** The little of opentype.js 2.0 that the lettering uses; the package brings no types. */
declare module 'opentype.js' {
  export interface Path {
    toPathData(decimalPlaces: number): string;
  }
  export interface Font {
    getPath(text: string, x: number, y: number, fontSize: number): Path;
    getAdvanceWidth(text: string, fontSize: number): number;
  }
  export function parse(buffer: ArrayBuffer): Font;
}
