/**
 * What STAC 1.0.0 and its extensions sar 1.0.0, sat 1.0.0, processing 1.1.0, projection 1.1.0 and raster 1.1.0 require of an
 * Item and of the fields that are used here, written after their specifications. `scripts/try-python.sh` validates an Item by
 * the official schemas.
 */
const number = { type: 'number' };
const string = { type: 'string', minLength: 1 };
const position = { type: 'array', items: number, minItems: 2, maxItems: 3 };
const polygon = { type: 'array', items: { type: 'array', items: position, minItems: 4 } };

const geometry = (type: string, coordinates: object) => ({
  type: 'object',
  required: ['type', 'coordinates'],
  properties: { type: { const: type }, coordinates },
});

const properties = {
  type: 'object',
  required: ['datetime'],
  properties: {
    datetime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' },
    gsd: { type: 'number', exclusiveMinimum: 0 },
    platform: string,
    constellation: string,
    instruments: { type: 'array', items: string, minItems: 1 },
    'sar:instrument_mode': string,
    'sar:frequency_band': { enum: ['P', 'L', 'S', 'C', 'X', 'Ku', 'K', 'Ka'] },
    'sar:center_frequency': number,
    'sar:polarizations': {
      type: 'array',
      items: { enum: ['HH', 'VV', 'HV', 'VH'] },
      minItems: 1,
      uniqueItems: true,
    },
    'sar:product_type': string,
    'sat:relative_orbit': { type: 'integer', minimum: 1 },
    'sat:orbit_state': { enum: ['ascending', 'descending', 'geostationary'] },
    'processing:software': { type: 'object', minProperties: 1, additionalProperties: { type: 'string' } },
    'processing:lineage': string,
    'proj:epsg': { type: ['integer', 'null'] },
    'proj:shape': { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
    'proj:transform': {
      anyOf: [
        { type: 'array', items: number, minItems: 6, maxItems: 6 },
        { type: 'array', items: number, minItems: 9, maxItems: 9 },
      ],
    },
  },
  patternProperties: {
    '^(sar|sat|processing|proj):': {},
    '^(datetime|gsd|platform|constellation|instruments)$': {},
  },
  additionalProperties: false,
};

/** Of Items with the extension sar. */
const withSar = {
  if: { properties: { stac_extensions: { contains: { pattern: '/sar/' } } } },
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  then: {
    properties: {
      properties: {
        required: ['sar:instrument_mode', 'sar:frequency_band', 'sar:polarizations', 'sar:product_type'],
      },
    },
  },
};

const band = {
  type: 'object',
  properties: {
    name: string,
    data_type: { enum: ['uint8', 'int16', 'uint16', 'float32', 'float64', 'cfloat32'] },
    nodata: { anyOf: [number, { enum: ['nan', 'inf', '-inf'] }] },
    sampling: { enum: ['area', 'point'] },
    unit: { type: 'string' },
  },
};

export const ITEM_SCHEMA = {
  type: 'object',
  required: ['type', 'stac_version', 'id', 'geometry', 'properties', 'links', 'assets'],
  properties: {
    type: { const: 'Feature' },
    stac_version: { const: '1.0.0' },
    stac_extensions: { type: 'array', items: { type: 'string', pattern: '^https://' }, uniqueItems: true },
    id: string,
    geometry: {
      anyOf: [
        { type: 'null' },
        geometry('Polygon', polygon),
        geometry('MultiPolygon', { type: 'array', items: polygon }),
      ],
    },
    bbox: { type: 'array', items: number, minItems: 4, maxItems: 6 },
    properties,
    links: { type: 'array' },
    assets: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['href'],
        properties: {
          href: string,
          type: string,
          roles: { type: 'array', items: string },
          'raster:bands': { type: 'array', items: band, minItems: 1 },
        },
      },
    },
  },
  allOf: [withSar],
  // A geometry needs a bounding box.
  if: { properties: { geometry: { type: 'object' } } },
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  then: { required: ['bbox'] },
};
