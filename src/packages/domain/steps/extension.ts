/** What was found where a known extension belongs, as the beginning of a fault's reason. */
export function extensionFound(extension: string | null): string {
  return extension === null
    ? 'This path has no extension'
    : `Extension ${extension.slice(0, 20)} is not one of them`;
}
