// A board's id as a user typed it, and its key as a setting.

import { LINK_KEY_SETTING, LINK_INSECURE_SETTING } from "../../shared/protocol/session"
import { UsageError } from "../errors"

const BOARD_ID = /^[0-9a-f]{16}$/

/** @throws UsageError for what is none */
export function parseBoardId(text: string, option: string): string {
    const id = text.toLowerCase()
    if (!BOARD_ID.test(id))
        throw new UsageError(
            `${option} ${text} is no board; 16 hex digits are allowed, as \`ivus serve\` tells them of a cart that it has no key for.`
        )
    return id
}

/** The key, in place of another one and of the leave to go without. */
export const keySettings = (hex: string): Record<string, unknown> => ({
    [LINK_KEY_SETTING]: hex,
    [LINK_INSECURE_SETTING]: false,
})
