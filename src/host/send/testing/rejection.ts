// What a promise fails with, for the tests of `ivus send`.

import * as assert from "uvu/assert"
import { SendError, type SendFailure } from "../send-error"

export async function rejectionOf(what: Promise<unknown>): Promise<Error> {
    try {
        await what
    } catch (error) {
        return error as Error
    }
    throw new Error("it did not fail")
}

/** Checks the kind and the sentence of a failure. */
export async function fails(
    what: Promise<unknown>,
    failure: SendFailure,
    sentence: RegExp
): Promise<void> {
    const error = await rejectionOf(what)
    assert.instance(error, SendError, error.stack)
    assert.is((error as SendError).failure, failure, error.message)
    assert.match(error.message, sentence)
}
