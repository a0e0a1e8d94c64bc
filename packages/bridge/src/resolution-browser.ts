export const hasBrowserBuilds: boolean = true
