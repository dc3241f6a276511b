// What the tests of `ivus flash` share: a board, its key and settings, and a file in place of the
// runtime.

import { readdirSync } from "node:fs"
import { join } from "node:path"
import { type FlashOptions } from "../../../src/host/flash/plan"
import { KeyStore } from "../../../src/host/link/key-store"
import { standInEsptool } from "./esptool-stand-in"
import { file, folder } from "./scratch"

export const BOARD = "0920773150c4d0a1"
export const keys = new KeyStore(join(folder, "flash-keys"))
export const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1)
export const KEY_HEX = Buffer.from(KEY).toString("hex")
export const [SSID, PASSWORD] = ["cath lab #2", "s3same 0pen"]
/** A character device, as the checks before esptool require. */
export const PORT = "/dev/null"
/** Addresses of the board's configuration and settings in flash memory. */
export const [CONFIG_AT, STORE_AT] = [0x9000, 0x1c0000]

/** A file with the first byte of a runtime image and space for the board's configuration. */
function fakeRuntime(): string {
    const image = Buffer.alloc(0x12000, 0xff)
    image[0] = 0xe9
    image.fill(0, CONFIG_AT, CONFIG_AT + 0x2000)
    return file("runtime.bin", image)
}
export const runtime = fakeRuntime()
export const settings = file(
    "flash-settings.local",
    `# of the lab
host={"name":"10.0.0.5","port":7316}
note="a # in it"
WIFI_SSID="${SSID}"
WIFI_PWD="${PASSWORD}"
`
)
export const OPTIONS: FlashOptions = {
    port: PORT,
    board: "ivus_cart_s3",
    settings,
    runtime,
    baud: "460800",
}

/** Build folders that were not removed. */
export const leftovers = (): string[] =>
    readdirSync(".devicescript").filter(name => name.startsWith("flash-"))

/** Sets the key folder and puts the stand-in for esptool on PATH; before each test. */
export function prepareFlash(): void {
    process.env.IVUS_KEYS = keys.folder
    keys.save(BOARD, KEY)
    standInEsptool()
}
