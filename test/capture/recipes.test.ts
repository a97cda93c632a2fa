import { describe, expect, it } from 'vitest';
import { RECIPES } from './recipe-list.ts';

describe.each(RECIPES.map((recipe) => [recipe.runtime, recipe] as const))('the recipe of %s', (_runtime, recipe) => {
  it('names each of its runs once', () => {
    const names = recipe.scenarios.map(({ name, answer, format }) => `${name ?? answer}/${format}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it('caps what would never end', () => {
    const endless = recipe.scenarios.filter(({ answer, env }) => answer.startsWith('stall') && !env?.API_TIMEOUT_MS);
    expect(endless.length).toBeGreaterThan(0);
    expect(endless.filter(({ capMs = 60_000 }) => capMs > 30_000)).toEqual([]);
  });

  it('points the agent at the stub and at nothing else', () => {
    const place = { home: '/home/dev', app: '/srv/app', providerUrl: 'http://127.0.0.1:1' };
    const settings = JSON.stringify(recipe.scenarios.map((scenario) => [recipe.env(place, scenario), scenario.env]));
    expect(settings.match(/https?:\/\/[^"\\/]+/g)?.filter((url) => url !== place.providerUrl) ?? []).toEqual([]);
  });
});
