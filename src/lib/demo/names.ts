import type { Chance } from './chance.ts';

const FIRST =
	`Abena Adaeze Aisha Alan Aled Alice Amara Amina Amir Andrea Anita Anna Anthony Anwen Asha Ayesha Beatriz Ben
Bethan Bridget Callum Carmen Carol Catherine Charlotte Chidi Claire Colin Dalia Daniel David Deborah Declan Deepa Denise
Dominic Ebony Edward Efua Eleanor Elena Emeka Emily Emma Esther Ewa Farah Fatima Fiona Folake Frances Gareth Gemma George
Georgia Grace Graham Gulsen Hannah Harriet Hassan Heather Helen Ibrahim Imogen Irene Isaac Ishani Jacqueline James Jamila
Janet Jasmine Jennifer Jerome Joanna Joseph Josie Joyce Judith Julie Kamala Karen Katarzyna Kate Keisha Kemi Kevin Kieran
Kirsty Kofi Kwame Laura Lauren Leanne Leila Leon Lesley Liam Linda Lorraine Louise Lucy Lydia Maeve Magda Marcus Maria Marie
Mariam Martin Mary Maryam Matthew Maureen Megan Melanie Mercy Michael Michelle Miriam Mohammed Molly Monika Naomi Nadia
Natalie Natasha Neil Niamh Nicola Nikhil Nina Nkechi Noor Olivia Oluwaseun Oscar Owen Pamela Parveen Patrick Paul Pauline
Peter Philippa Pooja Priya Rachel Rajesh Rebecca Rhian Rhys Richard Robert Robyn Rohan Rosa Rosalind Rosie Ruth Sabina
Sadia Safiya Sally Samina Samuel Sandra Sanjay Sarah Shabnam Sharon Shauna Sian Simon Simone Sinead Sofia Sophie Stephen
Stuart Sunita Susan Tamara Tara Temitope Teresa Thomas Tina Tolu Tomasz Tracey Uzma Valerie Vanessa Veronica Victoria
Vikram Wendy William Yasmin Yetunde Yusuf Yvonne Zainab Zara Zoe`.split(/\s+/);

const LAST =
	`Abbott Acheampong Adeyemi Adler Ahmed Akhtar Albright Anand Andrews Appiah Armitage Asante Atkins Ayoola Bailey
Bakshi Baptiste Barlow Bates Beckford Begum Bello Bennett Bevan Bhatt Birch Blackwood Boateng Bolton Bower Bradley Brennan
Brierley Brook Burrows Byrne Cairns Calder Campbell Carrow Carver Chaudhry Chowdhury Clarke Clayton Coleman Connolly
Cooper Cordeiro Coulson Cross Dada Dale Daly Das Davies Dawson Delaney Desai Dhillon Dixon Doherty Donkor Doyle Drake
Dunne Eastwood Edwards Ekwueme Ellison Emery Evans Eze Farrell Fernandes Field Finch Fletcher Flynn Foster Fowler Francis
Fraser Gallagher Garner Georgiou Ghosh Gibbs Gill Goodall Grant Greaves Gregory Griffiths Gunn Haddad Hale Halliday Hamid
Harding Harper Hart Hayes Heath Henshaw Hewitt Hobbs Holt Hooper Hussain Hyland Idowu Iqbal Irving Jackson Jarvis Jenkins
Johal Jones Joseph Kamara Kaur Kay Keane Kelly Khan Kingsley Kirby Kowalska Kumar Lacey Lamb Lawal Leigh Lennox Lewis
Lindsay Lloyd Lowe Lynch Mackie Mahmood Malik Mannion Marsh Massey Mbeki Mensah Middleton Miller Mistry Moran Morgan Moyo
Munro Murphy Nash Ncube Newton Nicholls Nolan Norris Nowak Nwosu Obi Odell Ogunleye Okafor Oldfield Olusanya Onyango
Ortega Osei Owusu Page Parkes Patel Pearce Pereira Perry Petrou Phiri Pickering Plummer Popescu Powell Prentice Qureshi
Quinn Rafferty Rahman Rana Reeves Reid Rowe Rowland Russo Ryder Saleem Sandhu Santos Sesay Shah Sharma Shaw Sheikh
Shepherd Siddiqui Silva Simmons Sinclair Singh Slater Somers Sowah Stanton Stokes Sutton Swift Tait Tandon Taylor Thapa
Thornton Tiwari Townsend Tucker Turner Usman Varga Vaughan Verma Vickers Wade Wallace Walsh Ward Warren Watts Webster
Whelan Wilder Wilkes Winter Woodhouse Wright Yates Yeboah Young Zielinska`.split(/\s+/);

export interface Named {
	name: string;
	/** At an address nobody can have (RFC 2606 keeps `.example` free). */
	email: string;
}

/** Names of invented people, none given twice while there are names left. */
export function namesFrom(chance: Chance): () => Named {
	const given = new Map<string, number>();
	return () => {
		let name = '';
		for (let tries = 0; tries < 40; tries++) {
			name = `${chance.pick(FIRST)} ${chance.pick(LAST)}`;
			if (!given.has(name)) break;
		}
		return named(name, given);
	};
}

function named(name: string, given: Map<string, number>): Named {
	const times = (given.get(name) ?? 0) + 1;
	given.set(name, times);
	const address = name.toLowerCase().replace(/ /g, '.');
	return { name, email: `${address}${times > 1 ? times : ''}@demo.example` };
}
