// Tests of the file of the picture that `ivus live` writes.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { freePicture, pictureFile, writePicture } from "./picture-file"

const picture = suite("the file of a live picture")
const folder = mkdtempSync(join(tmpdir(), "picture-file-"))
picture.after(() => rmSync(folder, { recursive: true }))

picture("overwrites no file", () => {
    const file = join(folder, "mine.png")
    writeFileSync(file, "mine")
    assert.throws(() => pictureFile(file), /a picture never overwrites one/)
    assert.throws(() => writePicture(file, Uint8Array.of(1)), /a picture never overwrites one/)
    assert.is(readFileSync(file, "utf8"), "mine")
})

picture("gets a new name where none is named", () => {
    assert.is(freePicture(folder), join(folder, "live.png"))
    writePicture(freePicture(folder), Uint8Array.of(1))
    assert.is(freePicture(folder), join(folder, "live-1.png"))
})

picture.run()
