// Responsible for: what a console's server needs of whatever is shown, and a picture as bytes on their way to the page.
// Not for: showing anything (live-view.ts, review-view.ts).

import type { GreyImage } from "../picture/picture"
import type { ConsoleRequest } from "./console-request"

/** Said wherever a user looks. */
export const NOTICE = "Investigational equipment, not for clinical use."

/** A picture that a page has or has not. */
export interface OfferedPicture {
    readonly name: "cross-section" | "longitudinal"
    /** Another number is another picture. */
    readonly version: number
    make(): Picture
}

/** A picture with what is written beside it. */
export interface Picture {
    readonly image: GreyImage
    readonly about: object
}

/** What is shown: all state is in here, the server has none of its own. */
export interface ConsoleView {
    /** Told once to a page that opens; null where everything is in {@link told}. */
    readonly opening: object | null
    /** The whole state but pictures, as JSON knows it. */
    told(): object
    pictures(): readonly OfferedPicture[]
    /** @returns the sentence by which it was refused; undefined when it was done */
    ask(ask: ConsoleRequest): string | undefined
}

/**
 * A picture as one binary message: length of the JSON (u32, little-endian), JSON with name, size and what is written
 * beside it, then the greys row by row.
 */
export function packPicture(name: OfferedPicture["name"], { image, about }: Picture): Uint8Array {
    const { greys, ...size } = image
    const json = Buffer.from(JSON.stringify({ name, ...size, ...about }))
    const bytes = new Uint8Array(4 + json.length + greys.length)
    new DataView(bytes.buffer).setUint32(0, json.length, true)
    bytes.set(json, 4)
    bytes.set(greys, 4 + json.length)
    return bytes
}
