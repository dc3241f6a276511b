// Reads the settings store inside a board's image and adds Wi-Fi credentials to it. Layout: jacdac-c,
// source/jd_fstor.c.

/** First words of the store and of its header, little-endian. */
const MAGIC = Buffer.from([0x46, 0x53, 0x54, 0x52, 0x0a, 0xea, 0xec, 0x6b])
/** The store starts at a page boundary. */
const PAGE_BYTES = 4096
const HEADER_BYTES = 24
const HEADER_PAGES_AT = 18
const ENTRY_BYTES = 24
const KEY_BYTES = 16
const ALIGN = 8
const FREE = 0xffffffff

/** Key of the program. All other keys are settings (`:` and the name) or belong to the runtime. */
export const PROGRAM_KEY = "*prog"
/** Keys that the runtime's Wi-Fi reads at start (devicescript, runtime/devicescript/network/wifi.c), raw text. */
const SSID_KEY = "wifi_ssid"
const PASSWORD_KEY = "wifi_psk"

interface Header {
    /** Offset of the store in the image. */
    readonly at: number
    /** Offset behind the last entry. */
    readonly entriesEnd: number
    /** Offset of the last value from the start of the store; values grow down from the end of the header's pages. */
    readonly dataStart: number
}

/** The values by name, the last entry of each. @returns undefined if the image has no store */
export function readStore(image: Buffer): Map<string, Buffer> | undefined {
    const header = headerOf(image)
    if (!header) return undefined
    const { at, entriesEnd } = header
    const store = new Map<string, Buffer>()
    for (let e = at + HEADER_BYTES; e < entriesEnd; e += ENTRY_BYTES) {
        const { key, offset, size } = entryAt(image, e)
        store.set(key, image.subarray(at + offset, at + offset + size))
    }
    return store
}

/**
 * Adds the credentials where the runtime reads them. DeviceScript's tools only send them to a running board and
 * never put them into an image.
 * @returns whether there was space
 */
export function addWifi(image: Buffer, ssid: string, password: string): boolean {
    return (
        add(image, SSID_KEY, Buffer.from(ssid)) && add(image, PASSWORD_KEY, Buffer.from(password))
    )
}

function add(image: Buffer, key: string, value: Buffer): boolean {
    const header = headerOf(image)
    if (!header) return false
    const { at, entriesEnd, dataStart } = header
    const offset = dataStart - Math.ceil(value.length / ALIGN) * ALIGN
    // One entry stays free: it ends the list.
    if (at + offset < entriesEnd + 2 * ENTRY_BYTES) return false
    value.copy(image, at + offset)
    image.fill(0, entriesEnd, entriesEnd + ENTRY_BYTES)
    image.write(key, entriesEnd, "latin1")
    image.writeUInt32LE(offset, entriesEnd + KEY_BYTES)
    image.writeUInt32LE(value.length, entriesEnd + KEY_BYTES + 4)
    return true
}

function headerOf(image: Buffer): Header | undefined {
    for (let at = 0; at + PAGE_BYTES <= image.length; at += PAGE_BYTES) {
        if (!image.subarray(at, at + MAGIC.length).equals(MAGIC)) continue
        const pages = image.readUInt16LE(at + HEADER_PAGES_AT)
        let dataStart = pages * PAGE_BYTES
        let end = at + HEADER_BYTES
        while (end + ENTRY_BYTES <= Math.min(at + dataStart, image.length)) {
            const { offset } = entryAt(image, end)
            if (offset === FREE) break
            dataStart = Math.min(dataStart, offset)
            end += ENTRY_BYTES
        }
        return { at, entriesEnd: end, dataStart }
    }
    return undefined
}

function entryAt(image: Buffer, at: number): { key: string; offset: number; size: number } {
    return {
        key: image.toString("latin1", at, at + KEY_BYTES).replace(/\0.*$/s, ""),
        offset: image.readUInt32LE(at + KEY_BYTES),
        size: image.readUInt32LE(at + KEY_BYTES + 4),
    }
}
