import { gunzipSync } from 'node:zlib';

/*
 * Arrow streams of pyarrow 25 with compressed buffers, packed by gzip once more. The text of 100,000 bytes takes two blocks of
 * LZ4, of which the second one refers to the first. They were made by:
 *
 * import base64, gzip, pyarrow as p
 * t = p.record_batch({'id': p.array([1, None, 2**53 + 1]), 'kind': p.array(['a', 'b', None]).dictionary_encode(), 'text': ['spam ' * 20000, '', None]})
 * for codec in 'lz4', 'zstd':
 *     out = p.BufferOutputStream()
 *     with p.ipc.new_stream(out, t.schema, options=p.ipc.IpcWriteOptions(compression=codec)) as w:
 *         w.write(t); w.write(t.slice(1)); w.write(t.slice(3))
 *     print(codec, base64.b64encode(gzip.compress(out.getvalue(), 9, mtime=0)).decode())
 */
export const COMPRESSED = {
  lz4: unpack(
    'H4sIAAAAAAACA+VVO0sDQRCevYc55DQHXnFCwOCDiL/B4kobIWU6jcQiiCIkRQqLw0IsLLRLmdKfENAi/8U/YXfO7M4le5u7PMBCcMLm25mdmZ' +
      '0Hs5emaQoCIACiTfBhA1zwcIckHHAQnlGH0MY1whXjIv6BbEG4ZBuxDBj714M+7d9RJ8BTD/1W0HsAId8l3BD/T3HVDdub7l2H9h7+SOKx/FPe' +
      'B0Lpq9jIX+abOPZtEdY0vxaubod8+rgq0icpxnyOrtMxYsi8jzGrSvjSM1iOzPEMZqTHF0ibGqIztWlxDCHfD9McVew2lNMB4zHjrnYmDH8qXv' +
      'a9fx5dxo/IJoWqVl4P2aR9pZ1THTyxoA62I3NKLP3ufN5DLW+7IO+KJosMPGKMDXnLqEtinA8ZG4wTxg8xu8vW4hGabBEv8vVCNnH1e1m+jdsT' +
      'gdqJMqhDub29pF85KrMP8vKA7UdPYrogE2R6cTypInfRu2/f1l3Z6v9MX02qQ+8Nq1P9M0FVm7I7a8/jGFabR2vNeTxcMo97jAPj/NWY13HBG2' +
      'dr8QjjfSrjC+bBKpiHLdzuFIxjkb1Qb3lO7mXyZXYlczxH1Mfv3PclnOtjpL33vsxo1sMXztEr6dtvU8P4/ph9W5dWfa9S9Y2HH51k/XeYCAAA',
  ),
  zstd: unpack(
    'H4sIAAAAAAACA7VVP0vDUBC/95I2UTLEGqSCSgSHboKTg0P9Bo6OVupQpCLYoYOLg0VwcXBwzOjYRXBw6OjH8ItIvHu5JC9J80fQK5d79/fdu1' +
      '/yGoZhCALABaJVcKANLbBxhSRMMFE8YAxJAzlA7iOTfku5IFqU22UbsJxcTCe0fsUYF7021rWwugse7yVaHj6PkP1c7uXoakhrG39ksdn+ofYD' +
      'EcVHvVG9uDZpXFuS3NLqSuTRkGo6yJaqSYF99mPpcIHSY93BnqNJOKoySFOd8RBS0vtzVc4OSjPJOUPe49lI0KmtemhzDwaU0zZLn+W65hOFuh' +
      'D1itR72//2nUEhUOp+uQYwOE/O74qK8xummudXZq/seQPtvEbFeS3N02HZZbnLsp/zn+bmMc35n3L57zkduCdDmx000IU+L7ECOJJMv8revQc4' +
      'ERzrozxYyLJ8owanmjxXt7t3kRLMRMKQmuK4gJQxrm+uB2NfwMvs83FDe++b4D5viLv8J9w3a3CP34v5km/I0PoSkP0OyvTC/GXF/NMEvxQ/Ed' +
      '8Zmt0+zmBelbf0fdEo5Hs8xdEr4Eiz7iX+Dt9dkf+ZsXBqcPtrinHvleD2W2r6fYTRfwn8AB0Rpr4ABwAA',
  ),
} as const;

/*
 * One of Polars 1.44, whose LZ4 has checksums and whose texts are views, made by:
 *
 * import base64, gzip, io, polars as pl
 * t = pl.DataFrame({'id': [1, None, 2**53 + 1], 'kind': pl.Series(['a', 'b', None], dtype=pl.Categorical), 'text': ['spam ' * 20000, '', None]})
 * out = io.BytesIO(); t.write_ipc_stream(out, compression='lz4')
 * print(base64.b64encode(gzip.compress(out.getvalue(), 9, mtime=0)).decode())
 */
export const COMPRESSED_BY_POLARS = unpack(
  'H4sIAAAAAAACA+VSz0sUcRR/szPpVoO7rUKjeZjqlgmbEVlLsmJSgtEQS0Som5LiIkawBp1iT50SrEteorrUTSI6dBQ6BP0LRURFJ08RFZVMn/fmDX5n' +
    '2VbpFPTg7fu+H5/P+zEbhmF42iJyiOgz3h3EbwRoB+2kNH4dOok4523oG2ieovpuxD3YLDQNtdiBXND6henrC+x/gr8Mews6C70E9aQ+R11g8qgTeBc8' +
    'HdKZsV+A8WFd4XYRS0uPfCFfuHa4r0DatxyMlocGS8Onzp4bGRoc7SOV78BH2LQwflU+ohZEHPolMzrSa65y5TJn1hDrh/Xj+VLcI4eaLO0SHlcYeLYi' +
    '54V/u8yGUqqABanwue6wpnUs0V1TYGgXTt6ofsa38FNazwPxLAd1lkjaqBt10aU86W9KvFOK/iz9xpvx9bW+WmffGa9UXOnEc4brJrk6S6tTRu3jHxNL' +
    'bF9Xb+yJY7y/Z23sX7PN/e3E/ryvpunZFve1Guzb2mD++O69amt1+VW1PeYxTLz68R+qpv5LYwBb1YBv6lvJ+8KtrRdPPM1JT7XNxEvi2/A8YIFV5/Pp' +
    '0PsSfzQaH7lzsQG+QX/7+MzKXo7Ftpm4Sbyrl41pj/YOfzPtVvr/9B8dW5fh1TaTfBLfjuf9Bzctql6dnAd5JpDs7lfBHNuHHwcWk3iuNfAZeGXG+tvk' +
    'r/s/y4eA71C9e6Ry7zYulPlnBssE8oW6xva/4E/37knLefpbYT62vwG/r8/4+AYAAA==',
);

/** The rows of all of them, of which Polars has the first three. */
export const COMPRESSED_ROWS = [
  [1n, 'a', 'spam '.repeat(20_000)],
  [null, 'b', ''],
  [9007199254740993n, null, null],
  [null, 'b', ''],
  [9007199254740993n, null, null],
];

function unpack(base64: string): Uint8Array {
  return gunzipSync(Buffer.from(base64, 'base64'));
}
