// A font: its glyphs as bytes, and one small image through which they are drawn, so that drawing allocates nothing.

import { Image } from "@devicescript/graphics"

export class Font {
    readonly bytes_per_glyph: number
    readonly cell: Buffer
    /** Shows what {@link cell} holds. */
    readonly glyph: Image

    /**
     * @param light glyphs for a dark ground, in the layout of an Image
     * @param dark the same for a light ground: an Image of one bit has no way to draw dark on light
     */
    constructor(
        readonly width: number,
        height: number,
        readonly light: Buffer,
        readonly dark: Buffer
    ) {
        this.bytes_per_glyph = width * ((height + 7) >> 3)
        this.cell = Buffer.alloc(this.bytes_per_glyph)
        this.glyph = Image.alloc(width, height, 1, this.cell)
    }
}
