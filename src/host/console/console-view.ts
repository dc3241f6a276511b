// The interface between the console's server and a view, and the format of a picture message.

import type { GreyImage } from "../picture/picture"
import type { ConsoleRequest } from "./console-request"

/** Shown on every page. */
export const NOTICE = "Investigational equipment, not for clinical use."

/** A picture that the view can render for a page. */
export interface OfferedPicture {
    readonly name: "cross-section" | "longitudinal"
    /** Changes whenever the picture changes. */
    readonly version: number
    render(): Picture
}

/** A picture with the data that the page shows beside it. */
export interface Picture {
    readonly image: GreyImage
    readonly metadata: object
}

/** What the console shows. A view holds all state; the server holds only its connections. */
export interface ConsoleView {
    /** Sent to each page that connects, and again when it is another object; null where {@link state} holds everything. */
    readonly opening: object | null
    /** The whole state without the pictures, as JSON data. */
    state(): object
    pictures(): readonly OfferedPicture[]
    /** Carries out a request. @returns the sentence by which it was refused; undefined when it was done */
    handle(request: ConsoleRequest): string | undefined
}

/**
 * Encodes a picture as one binary message: length of the JSON (u32, little-endian), JSON with name, size and metadata,
 * then the greys row by row.
 */
export function packPicture(
    name: OfferedPicture["name"],
    { image, metadata }: Picture
): Uint8Array {
    const { greys, ...size } = image
    const json = Buffer.from(JSON.stringify({ name, ...size, ...metadata }))
    const bytes = new Uint8Array(4 + json.length + greys.length)
    new DataView(bytes.buffer).setUint32(0, json.length, true)
    bytes.set(json, 4)
    bytes.set(greys, 4 + json.length)
    return bytes
}
