/** @file How URLs that may hold a password are shown. */

/** A URL as it may be shown: the password as stars, and without options, which may hold one too. */
export function maskUrl(url: string): string {
  return url.replace(/^(\w+:\/\/)?([^:/@]*):.*@/, "$1$2:***@").replace(/\?.*$/, "?…");
}
