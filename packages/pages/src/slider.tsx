/** One picture before and after, as data URLs. */
export interface ImagePair {
  name: string;
  /** Shown under the picture. */
  legend?: string;
  before: string;
  after: string;
}

export interface SliderProps {
  /** For readers of the screen. */
  label: string;
  /** Shown under the picture, where a page has several. */
  caption?: string;
  /** Columns and rows of the pictures. */
  width: number;
  height: number;
  /** One pair is shown at a time. */
  pairs: readonly ImagePair[];
}

/** Small pictures are shown as many whole times larger as fit into this many CSS pixels. */
const STAGE = 720;

/** Pictures before and after under a movable line, with zoom and pan. */
export function Slider({ label, caption, width, height, pairs }: SliderProps) {
  const shown = width * Math.max(1, Math.floor(STAGE / width));
  return (
    <figure class="slider" style={{ '--ratio': `${width}/${height}`, '--width': `${shown}px` }}>
      <section class="stage" aria-label={`${label}: arrow keys move, + and − zoom, 0 shows all`}>
        {pairs.flatMap((pair, i) =>
          (['after', 'before'] as const).map((side) => (
            <div class={`layer ${side}`} data-pair={i} hidden={i > 0}>
              <img src={pair[side]} alt={`${label}, ${pair.name}, ${side}`} />
            </div>
          )),
        )}
        <div class="line" />
        <b>before</b>
        <b>after</b>
      </section>
      <div class="controls">
        <input
          type="range"
          min="0"
          max="100"
          value="50"
          step="0.5"
          aria-label={`${label}: share shown before despeckling, in percent`}
        />
        <select aria-label={`${label}: picture`}>
          {pairs.map(({ name }, i) => (
            <option value={i}>{name}</option>
          ))}
        </select>
        <button type="button" data-zoom="1.5" aria-label="Zoom in">
          +
        </button>
        <button type="button" data-zoom="0.6667" aria-label="Zoom out">
          −
        </button>
        <button type="button" data-zoom="0">
          All
        </button>
      </div>
      <figcaption>
        {caption}
        {pairs.map(({ legend }, i) => (
          <div data-pair={i} hidden={i > 0}>
            {legend}
          </div>
        ))}
      </figcaption>
    </figure>
  );
}

export const SLIDER_STYLE = `
.slider { --split: 50%; --zoom: 1; --x: 0px; --y: 0px; width: 100%; max-width: max(var(--width), 560px); margin: 12px 0 24px; }
.stage { position: relative; overflow: hidden; aspect-ratio: var(--ratio); max-height: 82vh; max-width: 100%; background: var(--wash); touch-action: pan-y; cursor: grab; }
.layer { position: absolute; inset: 0; overflow: hidden; }
.layer[hidden] { display: none; }
.layer img { width: 100%; height: 100%; object-fit: contain; transform: translate(var(--x), var(--y)) scale(var(--zoom)); transform-origin: 0 0; image-rendering: pixelated; user-select: none; }
.layer.before { clip-path: inset(0 calc(100% - var(--split)) 0 0); }
.line { position: absolute; top: 0; bottom: 0; left: var(--split); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 3px #000; pointer-events: none; }
.stage b { position: absolute; top: 8px; left: 8px; padding: 1px 8px; border-radius: 4px; font-size: 12px; font-weight: 500; color: #fff; background: #0009; pointer-events: none; }
.stage b + b { left: auto; right: 8px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0 4px; }
.controls input { flex: 1 1 100%; accent-color: var(--accent); }
.controls select, .controls button { font: inherit; font-size: 13px; padding: 3px 10px; }
@media print { .controls { display: none; } }
`;

/** Makes the sliders of a page move. */
export const SLIDER_SCRIPT = `
for (const slider of document.querySelectorAll('.slider')) {
  const stage = slider.querySelector('.stage');
  let zoom = 1, x = 0, y = 0;
  stage.tabIndex = 0;
  const move = (dx, dy) => {
    x = Math.min(0, Math.max(stage.clientWidth * (1 - zoom), x + dx));
    y = Math.min(0, Math.max(stage.clientHeight * (1 - zoom), y + dy));
    for (const [name, value] of [['--zoom', zoom], ['--x', x + 'px'], ['--y', y + 'px']]) slider.style.setProperty(name, value);
  };
  const scale = (factor, px = stage.clientWidth / 2, py = stage.clientHeight / 2) => {
    const next = Math.min(32, Math.max(1, zoom * factor)), grown = next / zoom;
    zoom = next;
    move((px - x) * (1 - grown), (py - y) * (1 - grown));
  };
  slider.querySelector('input').addEventListener('input', ({ target }) => slider.style.setProperty('--split', target.value + '%'));
  slider.querySelector('select').addEventListener('change', ({ target }) => {
    for (const part of slider.querySelectorAll('[data-pair]')) part.hidden = part.dataset.pair !== target.value;
  });
  for (const button of slider.querySelectorAll('button')) button.addEventListener('click', () => scale(+button.dataset.zoom));
  stage.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !stage.contains(document.activeElement)) return;
    event.preventDefault();
    const { left, top } = stage.getBoundingClientRect();
    scale(event.deltaY < 0 ? 1.25 : 0.8, event.clientX - left, event.clientY - top);
  }, { passive: false });
  stage.addEventListener('pointerdown', ({ pointerId }) => stage.setPointerCapture(pointerId));
  stage.addEventListener('pointermove', (event) => { if (event.buttons) move(event.movementX, event.movementY); });
  stage.addEventListener('dragstart', (event) => event.preventDefault());
  const keys = { '+': () => scale(1.5), '-': () => scale(1 / 1.5), 0: () => scale(0), ArrowLeft: () => move(40, 0), ArrowRight: () => move(-40, 0), ArrowUp: () => move(0, 40), ArrowDown: () => move(0, -40) };
  stage.addEventListener('keydown', (event) => { if (keys[event.key]) { event.preventDefault(); keys[event.key](); } });
}
`;
