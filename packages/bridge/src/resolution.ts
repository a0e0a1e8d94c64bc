/**
 * Whether the bundler took the builds that packages offer to browsers. It answers by itself: the
 * `imports` of package.json put resolution-browser.ts in this module's place when it did.
 */
export const hasBrowserBuilds: boolean = false
