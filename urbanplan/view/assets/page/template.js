// Texts with places for values.

/**
 * A template with its `{name}` places filled; a place without a value stays as it is.
 * @param {string} template
 * @param {Record<string, string | number>} [values]
 */
export function fillTemplate(template, values = {}) {
  return template.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? String(values[name]) : all));
}
