/**
 * What there is to check of a bundle: nothing, where the bundler took the builds of packages that
 * Node loads. Where it took those for browsers, the `imports` of package.json put
 * resolution-browser.ts in this module's place, and only such a bundle has the check in it.
 */
export function checkBundle(): void {}

/** Called when the app has loaded so far that it is made a Worker. */
export function appWrapped(): void {}
