// Formats a generated file as `npm run format` would.

import { format, resolveConfig } from "prettier"

export async function formatted(text: string, file: string): Promise<string> {
    return format(text, { ...(await resolveConfig(file)), filepath: file })
}
