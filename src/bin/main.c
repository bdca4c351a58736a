/* src/bin/main.c - main() only. */
int main(void)
{
	return 2;
}
