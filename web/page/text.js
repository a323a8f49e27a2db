// The words of the page, from text/LANGUAGE.json: a sentence a key, with {names} for what is put in.

import { getText, insist } from '../stall.js';

/** The languages that there are, by their own names. */
export const languages = Object.freeze({ en: 'English', fi: 'Suomi', vi: 'Tiếng Việt' });

/** @typedef {keyof typeof languages} Language */

/** Written out, so that the site's builder knows the files and can give them their names. */
const sources = {
  en: new URL('../text/en.json', import.meta.url),
  fi: new URL('../text/fi.json', import.meta.url),
  vi: new URL('../text/vi.json', import.meta.url),
};

/** @type {Record<string, string>} */
let sentences = {};
let language = 'en';
/** @type {Intl.PluralRules} */ let plurals;
/** @type {Intl.NumberFormat} */ let percents;
/** The other ways to write numbers, by their options: to make one takes fifty times as long as to use it. @type {Map<string, Intl.NumberFormat>} */
let formats = new Map();
/** @type {Record<'conjunction' | 'disjunction', Intl.ListFormat>} */ let lists;

/**
 * The language to speak: the one chosen, or else the first of the browser's that there is, or else English.
 * @param {string} chosen '' for none
 * @returns {Language}
 */
export function preferred(chosen) {
  const wanted = [chosen, ...navigator.languages].map((tag) => tag.split('-')[0]);
  return /** @type {Language} */ (wanted.find((tag) => Object.hasOwn(languages, tag)) ?? 'en');
}

/**
 * Gets a language's sentences and puts them into the document. Before that, text knows none.
 * @param {Language} tag
 */
export async function speak(tag) {
  const url = sources[tag];
  sentences = JSON.parse(await insist((fresh) => getText(url, fresh ? 'reload' : 'default')));
  language = tag;
  plurals = new Intl.PluralRules(tag);
  percents = new Intl.NumberFormat(tag, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  formats = new Map();
  lists = {
    conjunction: new Intl.ListFormat(tag, { type: 'conjunction' }),
    disjunction: new Intl.ListFormat(tag, { type: 'disjunction' }),
  };
  document.documentElement.lang = tag;
  translate(document);
}

/**
 * Puts sentences where elements ask for them: data-text for what is in it, data-text-label and data-text-title for its
 * label and title.
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = text(element.getAttribute('data-text') ?? '');
  for (const [from, to] of [['data-text-label', 'aria-label'], ['data-text-title', 'title']]) {
    for (const element of root.querySelectorAll(`[${from}]`)) element.setAttribute(to, text(element.getAttribute(from) ?? ''));
  }
}

/**
 * A sentence. For a {count} that has forms, "key.one" and "key.other" are its sentences, by the language's own rules.
 * @param {string} key
 * @param {Record<string, string | number>} [values] numbers are written as the language writes them
 * @returns {string}
 */
export function text(key, values = {}) {
  const form = typeof values.count === 'number' ? `${key}.${plurals.select(values.count)}` : key;
  const sentence = sentences[form] ?? sentences[`${key}.other`] ?? sentences[key];
  if (sentence === undefined) throw new Error(`there is no text "${key}"`);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : (value ?? whole);
  });
}

/**
 * Whether there is a sentence, for what comes from elsewhere: codes of errors, labels of networks.
 * @param {string} key
 */
export const hasText = (key) => Object.hasOwn(sentences, key);

/**
 * A class by its name in this language; by its own if this language has none.
 * @param {string} label as the network has it
 */
export const labelOf = (label) => (hasText(`class.${label}`) ? text(`class.${label}`) : label);

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function number(value, options) {
  const key = options ? JSON.stringify(options) : '';
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(language, options)));
  return format.format(value);
}

/** @param {number} share 0 to 1 */
export const percent = (share) => percents.format(share);

/**
 * @param {number} value in milliseconds
 * @returns {string}
 */
export function milliseconds(value) {
  if (value < 0.1) return text('number.underMs', { ms: 0.1 });
  return text('number.ms', { ms: number(value, { maximumFractionDigits: value < 10 ? 1 : 0 }) });
}

/**
 * @param {number} bytes
 * @returns {string} in megabytes, without the unit
 */
export const megabytes = (bytes) => number(bytes / 1e6, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/**
 * @param {string[]} words
 * @param {'conjunction' | 'disjunction'} type and, or
 */
export const list = (words, type) => lists[type].format(words);
