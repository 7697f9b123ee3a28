import { expect, it } from 'vitest';
import * as browser from '../src/index';
import * as node from '../src/node';

it('the entry for browsers and Node exports what the README names', () => {
  expect(Object.keys(browser).sort()).toEqual([
    'Overview',
    'SarIoError',
    'acquisitionOf',
    'assertSameGrid',
    'checkTriplet',
    'compositeRanges',
    'createGeoTiffBlob',
    'crsOf',
    'decibelRange',
    'encodePng',
    'flatMask',
    'footprint',
    'formatUtc',
    'isCoPolarized',
    'isSarIoError',
    'latticeOffset',
    'mapGrid',
    'openGeoTiff',
    'openUrl',
    'parseTimestamp',
    'parseUtc',
    'polarizationOf',
    'projectionOf',
    'readOverview',
    'redactUrl',
    'sameCrs',
    'toCompositeImage',
    'toDecibelImage',
    'utmZone',
  ]);
});

it('the entry for Node exports what the README names', () => {
  expect(Object.keys(node).sort()).toEqual([
    'Staging',
    'XmlElement',
    'ZipArchive',
    'burstIdOf',
    'checkTriplet',
    'createGeoTiff',
    'createNpy',
    'createPolsarpro',
    'fromNames',
    'isRasterFile',
    'listAcquisitions',
    'listSidecars',
    'onSameOrbit',
    'openAcquisition',
    'openBytes',
    'openDimap',
    'openEnvi',
    'openFile',
    'openGeoTiff',
    'openPolsarpro',
    'openRaster',
    'openZnap',
    'pairPolarizations',
    'readNpy',
    'relativeOrbitOf',
    'writeFileAtomic',
    'writePng',
  ]);
});
