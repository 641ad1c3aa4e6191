import { expect, test } from 'vitest';
import { describeInBrowser } from './support/world.ts';

describeInBrowser('signing in', (world) => {
  test('by link: once, to the home page of the role, with nothing left in the address and no cookie for scripts', async () => {
    const link = world.signInLink('reviewer');
    const page = await world.open(null, '/');
    await page.getByRole('heading', { name: 'KYC ledger' }).waitFor();
    await world.expectAccessible(page);
    await page.goto(link);
    await page.waitForURL('**/queue');
    await page.getByRole('heading', { name: 'Review queue' }).waitFor();
    expect(page.url()).not.toContain('token');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });

    const other = await world.open(null, link.slice(link.indexOf('/sign-in')));
    await other.getByRole('alert').getByText('unknown, used or expired').waitFor();
    await other.getByText('Ask the operator for a new one').waitFor();
    await world.expectAccessible(other);
  });

  test('by pasting the link; signing out ends it', async () => {
    const page = await world.open(null, '/queue');
    await page.getByLabel('Sign-in link').fill('not a link');
    await page.getByText('This is no sign-in link').waitFor();
    await page.getByLabel('Sign-in link').fill(world.signInLink('senior_reviewer'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Review queue' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Sign-in link').waitFor();
    await page.reload();
    await page.getByLabel('Sign-in link').waitFor();
  });

  test('the first thing that Tab reaches is a way past the navigation', async () => {
    const page = await world.open('reviewer', '/queue');
    await page.getByRole('heading', { name: 'Review queue' }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Skip to the content' }).and(page.locator(':focus')).waitFor();
  });

  test('a theme that was chosen stays', async () => {
    const page = await world.open('reviewer', '/queue');
    await page.getByRole('button', { name: /switch to light/ }).click();
    await page.getByRole('button', { name: /switch to dark/ }).click();
    await page.reload();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  test('an unknown page says so', async () => {
    const page = await world.open('reviewer', '/nothing/here');
    await page.getByText('There is no such page').waitFor();
    await world.expectAccessible(page);
  });
});
