// Tests of kinds of options.

import { Option } from "commander"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { UsageError } from "../../errors"
import { folderOption, optionHelp } from "./option"

const options = suite("kinds of options")

options("a folder has a name", () => {
    const { parseArg } = folderOption("--out <dir>", "folder")
    assert.is(parseArg!("there", undefined), "there")
    for (const text of ["", " "])
        assert.throws(
            () => parseArg!(text, undefined),
            (error: Error) => error instanceof UsageError && /--out is empty/.test(error.message)
        )
})

options("the help names an empty choice", () => {
    const side = new Option("--side <side>", "side")
    assert.is(optionHelp(side.choices(["left", "right"])), "side (left | right)")
    assert.is(optionHelp(side.choices(["left", "right", ""])), "side (left, right, or empty)")
})

options.run()
