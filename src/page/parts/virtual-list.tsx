import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';

export interface VirtualListProps {
  readonly count: number;
  /** Of a row, in pixels. */
  readonly rowHeight: number;
  readonly label: string;
  readonly row: (index: number, isActive: boolean) => ComponentChildren;
  readonly keyOf: (index: number) => string;
  /** Enter, on the row that the keyboard is at. */
  readonly onOpen?: (index: number) => void;
  readonly header?: ComponentChildren;
  readonly class?: string;
  /** As tall as it may be drawn, in pixels; left out: as its class says. */
  readonly height?: number;
  /** A row to begin at. */
  readonly startAt?: number;
}

/** A long list of which only what is seen is drawn; arrow keys, page keys, j and k walk through it. */
export function VirtualList({
  count,
  rowHeight,
  label,
  row,
  keyOf,
  onOpen,
  header,
  class: name = '',
  startAt,
  height,
}: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const [active, setActive] = useState(startAt ?? 0);
  const [list] = useState(
    () =>
      new Virtualizer<HTMLDivElement, HTMLDivElement>({
        count,
        getScrollElement: () => box.current,
        estimateSize: () => rowHeight,
        overscan: 12,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        onChange: () => draw(undefined),
      }),
  );
  list.setOptions({ ...list.options, count, estimateSize: () => rowHeight });
  useEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());
  // The height is what the places are reckoned from.
  useLayoutEffect(() => list.measure(), [list, rowHeight]);
  useEffect(() => {
    if (startAt === undefined) return;
    setActive(startAt);
    list.scrollToIndex(startAt, { align: 'center' });
  }, [list, startAt]);

  const step = (to: number): void => {
    const index = Math.max(0, Math.min(count - 1, to));
    setActive(index);
    list.scrollToIndex(index, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 400) / rowHeight) - 1);
    const to: Record<string, number> = {
      ArrowDown: active + 1,
      j: active + 1,
      ArrowUp: active - 1,
      k: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    if (event.key === 'Enter' && event.target === box.current) onOpen?.(active);
    else if (to[event.key] !== undefined) step(to[event.key] as number);
    else return;
    event.preventDefault();
  };

  return (
    <div
      class={`virtual ${name}`}
      role="grid"
      aria-label={label}
      aria-rowcount={count}
      ref={box}
      style={height === undefined ? undefined : { height: `${height}px` }}
      tabIndex={0}
      onKeyDown={onKeyDown}
      aria-activedescendant={count > 0 ? `${label}-${active}` : undefined}
    >
      {header}
      <div class="virtual-space" role="rowgroup" style={{ height: `${list.getTotalSize()}px` }}>
        {list.getVirtualItems().map(({ index, start }) => (
          <div
            key={keyOf(index)}
            id={`${label}-${index}`}
            role="row"
            aria-rowindex={index + 1}
            class={`virtual-row ${index === active ? 'active' : ''}`}
            style={{ transform: `translateY(${start}px)`, height: `${rowHeight}px` }}
            onMouseDown={() => setActive(index)}
          >
            {row(index, index === active)}
          </div>
        ))}
      </div>
    </div>
  );
}
